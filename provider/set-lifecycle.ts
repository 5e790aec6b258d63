/**
 * The verbs of the rollout of an EdgeDeploymentSet.
 *
 * It is a resource of its own, and the members of the set depend on it. So it moves the devices of all workflows in ONE
 * call of Pulumi's, before any member is called: nothing has to wait for a call that may never come, whatever `--parallel`
 * and `--target` say. It owns no device. The members do, and each looks at what is live when its turn comes:
 *
 * | the rollout of the set            | the members                                                                |
 * | --------------------------------- | -------------------------------------------------------------------------- |
 * | got to its end                    | find their devices there, make no call, and save that                      |
 * | went back, stopped, or was killed | are not called: their states say what was, and the next `up` looks again   |
 * | was left out (`--target`)         | a member that is called moves alone, and says so                           |
 * | has nothing new to do             | a member mends its own drift                                               |
 *
 * Its own state is what was last moved: for the way back of an update that was cut short, and nothing else.
 */
import { isDeepStrictEqual } from "node:util";
import { randomBytes } from "node:crypto";
import { moveSet } from "./apply/set-rollout.js";
import type { Environment } from "./lifecycle.js";
import { hasUnknown } from "./resource/inputs.js";
import { PROGRAM_INPUT, registrationIn } from "./resource/program-facts.js";
import { checkSet, parseSet, SET_PROPERTY } from "./resource/set-inputs.js";
import type { SetInputs } from "./resource/set-inputs.js";
import type { Registration } from "./resource/program-facts.js";
import type { Lifecycle, ResourceProps } from "./verbs.js";

/** EdgeDeployments, and the rollouts of sets beside them. */
export function withSets(single: Lifecycle, environment: Environment): Lifecycle {
  const sets = createSetLifecycle(environment);
  const of = (props: ResourceProps): Lifecycle => (SET_PROPERTY in props ? sets : single);
  return {
    check: (olds, news) => of(news).check(olds, news),
    diff: (id, olds, news) => of(news).diff(id, olds, news),
    create: (inputs) => of(inputs).create(inputs),
    read: (id, props) => of(props).read(id, props),
    update: (id, olds, news) => of(news).update(id, olds, news),
    delete: (id, props) => of(props).delete(id, props),
  };
}

const COMPARED = ["applicationId", "deviceIds", "workflows", "adopt", "rollout"] as const;

function createSetLifecycle({ settings, portsFor, handover }: Environment): Lifecycle {
  /** By what was declared: create and update are told no name. */
  const registrations = new Map<string, Registration>();

  const move = async (id: string, news: ResourceProps, before: SetInputs | undefined): Promise<ResourceProps> => {
    const inputs = parseSet(news);
    await handover.meetProgram();
    const registration = registrations.get(JSON.stringify(inputs));
    const { name, secret = [] } = registration ?? {};
    await moveSet({ id, name, secret, inputs, before }, portsFor(inputs.applicationId), handover);
    return { ...inputs };
  };

  return {
    check: async (_olds, news) => {
      const { [PROGRAM_INPUT]: program, ...declared } = news;
      const { inputs, failures } = checkSet(declared, settings().applicationId);
      const problems = settings().problems.map((reason) => ({ property: "", reason }));
      const registration = registrationIn(program);
      handover.checked(registration, undefined);
      if (registration !== undefined && failures.length === 0 && !hasUnknown(inputs)) {
        registrations.set(JSON.stringify(parseSet(inputs)), registration);
      }
      return { inputs, failures: [...problems, ...failures] };
    },
    diff: async (_id, olds, news) => {
      const isKnown = !hasUnknown(news) && SET_PROPERTY in olds;
      return { changes: !isKnown || differs(parseSet(olds), parseSet(news)), replaces: [] };
    },
    create: async (news) => {
      const id = `${parseSet(news).applicationId}/set/${randomBytes(8).toString("hex")}`;
      return { id, outs: await move(id, news, undefined) };
    },
    update: async (id, olds, news) => ({
      outs: await move(id, news, SET_PROPERTY in olds ? parseSet(olds) : undefined),
    }),
    // It owns nothing that could be elsewhere, or be removed.
    read: async (id, props) => ({ id, props, inputs: { ...parseSet(props) } }),
    delete: async () => {},
  };
}

function differs(one: SetInputs, other: SetInputs): boolean {
  return COMPARED.some((name) => !isDeepStrictEqual(one[name], other[name]));
}

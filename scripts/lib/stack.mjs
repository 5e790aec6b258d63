/** Which Pulumi commands work on a stack. Pure. */

const ON_A_STACK = new Set(
  "up update preview pre refresh destroy down dn config import state cancel watch logs stack".split(" "),
);
/** `pulumi stack <these>` make, list or choose stacks. */
const ABOUT_STACKS = new Set("init select ls rm unselect".split(" "));
/** They name the stack, the project or no stack at all. */
const DECIDED = /^(-s|--stack(=.*)?|-s.+|-C|-C.+|--cwd(=.*)?|-h|--help)$/;

/**
 * Whether a command needs a selected stack and does not say itself which one.
 *
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export function needsStack(args, env) {
  if (env.PULUMI_STACK || args.some((arg) => DECIDED.test(arg))) return false;
  const [command, subcommand] = args.filter((arg) => !arg.startsWith("-"));
  if (command === "stack" && ABOUT_STACKS.has(subcommand)) return false;
  return ON_A_STACK.has(command);
}

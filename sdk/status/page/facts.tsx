export interface FactsProps {
  readonly facts: readonly (readonly [term: string, description: string])[];
}

/** Terms and their descriptions; texts from outside keep their own reading direction. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl class="facts">
      {facts.map(([term, description]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>
            <bdi>{description}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

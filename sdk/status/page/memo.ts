import { Component, createElement } from "preact";
import type { ComponentType } from "preact";

/** The component, drawn again only when one of its properties is another one. */
export function memo<P extends object>(inner: ComponentType<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const names = Object.keys({ ...this.props, ...next }) as (keyof P)[];
      return names.some((name) => next[name] !== this.props[name]);
    }
    override render() {
      return createElement(inner, this.props as P);
    }
  };
}

/** What is known of one flag or field; releases as '1.24', and an end that is left out is open. */
export interface Fact {
  /** The first release that has it. */
  readonly since?: string
  /** The first release that warns of it. */
  readonly deprecated?: string
  /** The first release that refuses it. */
  readonly removed?: string
  /** What stands in its place, as an operator would write it. */
  readonly replacement?: string
  /** Why a node has it: one short sentence. */
  readonly why: string
  /** Who says so: a pull request, a proposal, or a file of the component's source. */
  readonly source: string
}

/** By name without dashes before it; fields below another as 'authentication.anonymous.enabled'. */
export type FactTable = Readonly<Record<string, Fact>>

type Lifetime = Omit<Fact, 'why' | 'source'>

export const fact = (why: string, source: string, lifetime: Lifetime = {}): Fact => ({ why, source, ...lifetime })

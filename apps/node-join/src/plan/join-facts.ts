import type { RouteReply } from '@easycerts/shared/api'

/** What the CA says of a node; of the proof that comes with it nothing depends here. */
export type JoinFacts = Pick<
  RouteReply<'node'>,
  'node' | 'cluster' | 'trustBundles' | 'description'
>

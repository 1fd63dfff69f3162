export type { CallOptions } from './route-call.ts'
export type { ClientIdentity } from './node-connections.ts'
export * from './node-client.ts'
export * from './operator-client.ts'

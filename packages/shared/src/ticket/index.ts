export * from './ticket.ts'
export {
  JOIN_EXPORTER,
  signJoinStatement,
  ticketPublicKey,
  verifyJoinStatement,
} from './ticket-proof.ts'
export * from './plan-proof.ts'
export * from './name-pattern.ts'
export * from './server-time.ts'
export * from './return-statement.ts'

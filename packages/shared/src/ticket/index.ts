export * from './ticket.ts'
export * from './ticket-proof.ts'
export * from './server-time.ts'

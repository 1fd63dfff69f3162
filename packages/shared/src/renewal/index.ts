export * from './renewal-time.ts'
export * from './decide-renewal.ts'
export * from './retry-schedule.ts'

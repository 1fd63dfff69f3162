export * from './start-listeners.ts'
export * from './start-monitoring.ts'
export type { ListenerObserver } from './listener-observer.ts'
export * from './start-legacy-door.ts'

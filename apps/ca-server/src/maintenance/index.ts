export * from './maintenance-task.ts'
export * from './run-maintenance.ts'

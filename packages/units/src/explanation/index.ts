export * from './explain-setting.ts'
export * from './release-changes.ts'

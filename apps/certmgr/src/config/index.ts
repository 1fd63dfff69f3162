export * from './certmgr-config.ts'
export * from './default-config.ts'

export * from './certmgr-config.ts'

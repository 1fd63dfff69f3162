export * from './legacy-spec-files.ts'
export * from './find-certmgr-config.ts'
export * from './load-old-certmgr.ts'

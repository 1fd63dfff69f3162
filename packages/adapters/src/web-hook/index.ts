export * from './post-web-hook.ts'

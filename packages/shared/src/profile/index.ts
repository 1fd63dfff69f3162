export * from './issuer-purpose.ts'
export * from './profile.ts'
export * from './built-in-profiles.ts'
export * from './template.ts'

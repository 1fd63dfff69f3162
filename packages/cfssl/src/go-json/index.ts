export * from './go-value.ts'
export * from './write-go-json.ts'
export * from './read-go-json.ts'
export * from './go-object.ts'
<<<<<<< HEAD
export * from './read-go-duration.ts'
=======
export * from './go-base64.ts'
>>>>>>> main

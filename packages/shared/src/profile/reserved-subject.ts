/** Users and groups that Kubernetes or easycerts give a meaning: only built-in profiles bear them. */
const RESERVED = /^(system|easycerts):/

export const isReservedSubject = (text: string): boolean => RESERVED.test(text)

export * from './nixos-stack.ts'

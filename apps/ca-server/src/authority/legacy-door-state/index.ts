export * from './door-order.ts'

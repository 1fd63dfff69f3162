export * from './service-manager.ts'
export * from './systemctl.ts'
export * from './no-service-manager.ts'
export * from './notify.ts'

import type { ServiceManager } from './service-manager.ts'

/** Stands in where nothing may be started: tells `say` what it leaves undone, and never fails. */
export const createNoServiceManager = (say: (text: string) => void): ServiceManager => {
  const skip = (what: string): Promise<void> => {
    say(`not done, for lack of a service manager: ${what}`)
    return Promise.resolve()
  }
  const skipMany = (verb: string, units: readonly string[]): Promise<void> =>
    units.length > 0 ? skip(`${verb} ${units.join(' ')}`) : Promise.resolve()
  return {
    isPresent: () => false,
    daemonReload: () => skip('daemon-reload'),
    enable: (units) => skipMany('enable', units),
    disable: (units) => skipMany('disable', units),
    start: (unit) => skip(`start ${unit}`),
    stop: (unit) => skip(`stop ${unit}`),
    restart: (unit) => skip(`restart ${unit}`),
    reload: (unit) => skip(`reload ${unit}`),
    isActive: () => Promise.resolve(false),
    isEnabled: () => Promise.resolve(false),
  }
}

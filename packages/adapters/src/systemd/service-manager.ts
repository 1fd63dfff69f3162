export interface RestartOptions {
  /** Leaves a stopped unit stopped: somebody stopped it, or it has not been started yet. */
  readonly onlyIfRunning: boolean
}

/** What easycerts asks of the service manager. Failures are ERR_ACTION_FAILED or ERR_ACTION_TIMEOUT. */
export interface ServiceManager {
  /** Whether it runs this machine now: false while an image is prepared, in most containers. */
  isPresent(): boolean
  daemonReload(): Promise<void>
  /** At boot, and with `now` at once too. */
  enable(units: readonly string[], options?: { readonly now: boolean }): Promise<void>
  /** The inverse of `enable`. */
  disable(units: readonly string[], options?: { readonly now: boolean }): Promise<void>
  start(unit: string): Promise<void>
  stop(unit: string): Promise<void>
  restart(unit: string, options: RestartOptions): Promise<void>
  /** With `onlyIfRunning` a unit that cannot reload is restarted instead. */
  reload(unit: string, options: RestartOptions): Promise<void>
  isActive(unit: string): Promise<boolean>
  /** Whether it is started at boot. */
  isEnabled(unit: string): Promise<boolean>
}

/** What follows a change of files: all that every service manager can do. */
export type ServiceActions = Pick<ServiceManager, 'isPresent' | 'restart' | 'reload' | 'isActive'>

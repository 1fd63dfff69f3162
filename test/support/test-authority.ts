import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createTerminal } from '@easycerts/adapters/terminal'
import { generateSigningKey, type KeyAlgorithm } from '@easycerts/shared/key'
import { addDuration, days } from '@easycerts/shared/time'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { type Authority, KeyedMutex } from '../../apps/ca-server/src/authority/index.ts'
import type { CommandContext } from '../../apps/ca-server/src/commands/command-context.ts'
import {
  openAuthority,
  type OpenedAuthority,
} from '../../apps/ca-server/src/commands/open-authority.ts'
import { type CaServerConfigFile, dataPaths } from '../../apps/ca-server/src/config/index.ts'
import {
  initialise,
  type InitialiseWish,
} from '../../apps/ca-server/src/data-directory/initialise.ts'
import {
  type KeyProtection,
  plaintextProtection,
} from '../../apps/ca-server/src/key-store/index.ts'
import { makeFolder } from './ca-server-process.ts'

export const TEST_CONFIG: CaServerConfigFile = {
  cluster: {
    name: 'demo',
    domain: 'cluster.local',
    serviceCidr: '10.96.0.0/12',
    podCidr: '10.244.0.0/16',
    apiserver: 'https://10.0.0.1:6443',
    kubernetesVersion: '1.36',
  },
  addresses: ['10.0.0.1', 'ca.demo.example'],
  listen: { address: '127.0.0.1', joinPort: 7443, nodePort: 7444 },
  lifetimes: { certificates: '720h', identity: '720h', caServer: '720h' },
}

/** A clock that only moves when told to. */
export interface TestClock {
  readonly read: () => Date
  readonly monotonic: () => number
  /** Time goes by. */
  readonly advance: (duration: number) => void
  /** Somebody sets the wall clock, forward or backward. */
  readonly jump: (duration: number) => void
}

export const createTestClock = (start = new Date('2030-01-01T00:00:00Z')): TestClock => {
  let now = start
  let counted = 0
  const jump = (duration: number): void => {
    now = addDuration(now, duration)
  }
  return {
    read: () => now,
    monotonic: () => counted,
    advance: (duration) => {
      counted += duration
      jump(duration)
    },
    jump,
  }
}

/** What `main.ts` makes of the process, for a command that runs in a test. */
export const testContext = (
  clock: () => Date,
  more: Partial<CommandContext> = {},
): CommandContext => {
  const sink = { write: () => undefined }
  return {
    terminal: createTerminal({
      program: 'ca-server',
      stdout: sink,
      stderr: sink,
      colour: false,
      output: 'text',
    }),
    clock,
    // A test clock is moved on purpose: no jump.
    monotonic: () => clock().getTime(),
    random: randomBytes,
    programWords: [process.execPath],
    uid: process.geteuid?.() ?? 0,
    userName: 'operator',
    hostName: 'test',
    isInteractive: false,
    environment: { credentialsDirectory: undefined, notifySocket: undefined, hasSystemd: false },
    signals: process,
    onSignal: () => undefined,
    exit: () => undefined,
    ...more,
  }
}

/** A new CA in a directory, with the clock it was made by. */
export const makeDataDirectory = (
  directory: string,
  options: {
    readonly clock?: () => Date
    readonly keyAlgorithm?: KeyAlgorithm
    readonly protection?: KeyProtection
    readonly config?: CaServerConfigFile
    readonly origin?: InitialiseWish['origin']
  } = {},
): Promise<unknown> =>
  initialise({
    directory,
    config: options.config ?? TEST_CONFIG,
    keyAlgorithm: options.keyAlgorithm ?? 'ecdsa-p256',
    issuerLife: days(3650),
    protection: options.protection ?? plaintextProtection,
    ...(options.origin ? { origin: options.origin } : {}),
    clock: options.clock ?? (() => new Date()),
    random: randomBytes,
  })

export interface TestAuthority {
  readonly authority: Authority
  readonly mutex: KeyedMutex
  readonly clock: TestClock
  readonly directory: string
  /** Closes it and opens it again, as a start of the server does. */
  readonly reopen: () => Promise<OpenedAuthority>
  readonly dispose: () => Promise<void>
}

/** The CA without its listeners: real files, a real database, and a clock of its own. */
export const openTestAuthority = async (
  options: { readonly keyAlgorithm?: KeyAlgorithm } = {},
): Promise<TestAuthority> => {
  const folder = makeFolder()
  const directory = join(folder, 'ca')
  const clock = createTestClock()
  await makeDataDirectory(directory, { ...options, clock: clock.read })
  const opened = await openRestoredAuthority(directory, clock)
  const dispose = async (): Promise<void> => {
    await opened.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
  // Not spread: the authority is another one after each opening.
  return Object.create(opened, { dispose: { value: dispose } }) as TestAuthority
}

/** A data directory that is there already, by a clock that goes on; disposing leaves the files. */
export const openRestoredAuthority = async (
  directory: string,
  clock: TestClock,
): Promise<TestAuthority> => {
  const open = () =>
    openAuthority(testContext(clock.read, { monotonic: clock.monotonic }), dataPaths(directory), {})
  let opened = await open()
  return {
    get authority() {
      return opened.authority
    },
    mutex: new KeyedMutex(),
    clock,
    directory,
    reopen: async () => {
      await opened.close()
      opened = await open()
      return opened
    },
    dispose: () => opened.close(),
  }
}

/** A request with a key of its own. */
export const newRequest = async (): Promise<string> =>
  buildCertificateRequest(await generateSigningKey('ecdsa-p256'))

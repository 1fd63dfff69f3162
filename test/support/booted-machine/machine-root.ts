import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** Of a distribution whose programs all lie below /usr; others cannot lend theirs. */
const LINKS = ['/bin', '/sbin', '/lib', '/lib64']

const EMPTY = [
  'dev',
  'etc',
  'home',
  'proc',
  'root',
  'run',
  'sys',
  'tmp',
  'usr',
  'var/lib',
  'var/log',
]

const FILES: Readonly<Record<string, string>> = {
  'etc/os-release': 'ID=machine\nPRETTY_NAME=machine\n',
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  'etc/hosts': '127.0.0.1 localhost\n',
}

/** What a machine without people, hardware and a network of its own can do without. */
const MASKED = [
  ...['getty.target', 'console-getty.service', 'systemd-logind.service', 'dbus.service'],
  ...['systemd-networkd.service', 'systemd-resolved.service', 'systemd-timesyncd.service'],
  ...['systemd-udevd.service', 'systemd-udev-trigger.service', 'systemd-homed.service'],
  ...['systemd-update-utmp.service', 'systemd-update-utmp-runlevel.service', 'dbus.socket'],
]

/** Whether this machine's own /usr is enough to boot another one with it. */
export const isUsrMerged = (): boolean =>
  LINKS.every((path) => !existsSync(path) || lstatSync(path).isSymbolicLink())

/** The root of a machine that has this one's /usr, and nothing else of it. */
export const makeMachineRoot = (root: string): void => {
  // It is / of users who are not root.
  chmodSync(root, 0o755)
  for (const directory of EMPTY) mkdirSync(join(root, directory), { recursive: true })
  for (const path of LINKS.filter((each) => existsSync(each)))
    symlinkSync(readlinkSync(path), join(root, path))
  for (const [path, text] of Object.entries(FILES)) writeIn(root, path, text)
  // Without one systemd takes this for a first boot and starts all that /usr has.
  writeIn(root, 'etc/machine-id', `${randomBytes(16).toString('hex')}\n`)
  for (const unit of MASKED) linkUnit(root, unit, '/dev/null')
}

export const writeIn = (root: string, path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

const UNITS = 'etc/systemd/system'

const linkUnit = (root: string, name: string, target: string): void => {
  mkdirSync(dirname(join(root, UNITS, name)), { recursive: true })
  symlinkSync(target, join(root, UNITS, name))
}

/** As `systemctl enable` does, for the target that the machine boots. */
export const enableUnit = (root: string, name: string): void =>
  linkUnit(root, `multi-user.target.wants/${name}`, `/${UNITS}/${name}`)

import type { Check } from './check.ts'

/** Directives that name other units. */
const NAMES_UNITS = new Set([
  'Wants',
  'Requires',
  'Requisite',
  'BindsTo',
  'PartOf',
  'Upholds',
  'Conflicts',
  'Before',
  'After',
  'OnFailure',
  'WantedBy',
  'RequiredBy',
  'UpheldBy',
  'Also',
  'Unit',
  'Slice',
  'PropagatesStopTo',
])

/** systemd.special(7), and the services that systemd itself brings. */
const OF_SYSTEMD =
  /^(-|[a-z-]*(network(-online|-pre)?|multi-user|basic|sysinit|local-fs(-pre)?|remote-fs|time-sync|time-set|timers|sockets|paths|slices|shutdown|umount|nss-lookup|default|graphical|rescue|emergency|reboot|poweroff|halt|final|swap|system|user|machine|initrd)\.(target|slice)|systemd-[a-z@0-9-]+\.(service|socket|target)|dbus\.(service|socket)|init\.scope|[a-z-]+\.mount)$/

/** Services that packages of a machine bring, and who needs them. */
const OF_PACKAGES: Readonly<Record<string, string>> = {
  'docker.service': 'docker',
  'docker.socket': 'docker',
  'containerd.service': 'containerd',
  'crio.service': 'CRI-O',
  'etcd.service': 'etcd, on a machine of its own',
  'etcd2.service': 'CoreOS',
  'fleet.service': 'CoreOS',
  'fleet.socket': 'CoreOS',
  'flanneld.service': 'CoreOS',
  'early-docker.service': 'CoreOS',
  'early-docker.target': 'CoreOS',
  'user-config.target': 'CoreOS',
  'setup-network-environment.service': 'the fleet units',
  'rpc-statd.service': 'NFS',
  'iscsid.service': 'open-iscsi',
  'firewall.service': 'NixOS',
  'cfssl.service': 'cfssl',
  'nfs-client.target': 'NFS',
  'chronyd.service': 'chrony',
  'ntpd.service': 'ntp',
}

/** After= a unit that is nowhere orders nothing, and Requires= of one never starts. */
export const unitsExist: Check = {
  name: 'units exist',
  find: ({ stack, read }) => {
    const known = new Set(read.units.map(({ name }) => name))
    const exists = (unit: string): boolean =>
      known.has(unit) ||
      known.has(unit.replace(/@[^.]*\./, '@.')) ||
      OF_SYSTEMD.test(unit) ||
      Object.hasOwn(OF_PACKAGES, unit)
    return [
      ...read.units.flatMap(({ name: unit, directives }) =>
        directives
          .filter(({ name, section }) => NAMES_UNITS.has(name) && section !== 'X-Fleet')
          .flatMap(({ name, value }) =>
            value
              .split(/\s+/)
              .filter((other) => other !== '' && !/[%*]/.test(other) && !exists(other))
              .map((other) => `${unit} has ${name}=${other}, a unit that nobody brings`),
          ),
      ),
      ...stack.units

        .filter((unit) => !exists(unit))
        .map((unit) => `${unit} is to be enabled, and is not in the stack`),
    ]
  },
}

import { hostname, networkInterfaces } from 'node:os'

/** An address of an interface of this machine. */
export interface InterfaceAddress {
  readonly interfaceName: string
  readonly address: string
}

/** What the operating system says of the machine; a test says something else. */
export interface MachineSource {
  readonly hostName: () => string
  readonly addresses: () => readonly InterfaceAddress[]
}

/** Of the machine that this process runs on. */
export const thisMachine: MachineSource = {
  hostName: hostname,
  addresses: () =>
    Object.entries(networkInterfaces()).flatMap(([interfaceName, addresses = []]) =>
      addresses
        .filter(({ internal }) => !internal)
        .map(({ address }) => ({ interfaceName, address })),
    ),
}

/** Of an image below another root: nobody can say what machine will run it. */
export const unknownMachine: MachineSource = { hostName: () => '', addresses: () => [] }

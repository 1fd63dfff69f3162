import type { BootedMachine, MachineOptions } from './booted-machine.ts'
import { makeMachine } from './booted-machine.ts'
import { joinMaster, MASTER_ADDRESS, MASTER_WORDS, prepareMaster } from './join-master.ts'

export interface MasterOptions extends Omit<MachineOptions, 'programs'> {
  /** A directory like /usr, whose bin/ has the programs that this machine has not. */
  readonly programs: string
  readonly kubernetesVersion: string
  /** Whether it gets the kubeconfig of cluster-admin. */
  readonly clusterAdmin?: boolean
  /** More for `ca-server init`. */
  readonly initWords?: readonly string[]
}

/** A master with the CA on it, joined and not booted yet: it has a network of its own, with loopback. */
export const makeMasterMachine = async ({
  programs,
  kubernetesVersion,
  clusterAdmin = false,
  initWords = [],
  words = [],
  ...options
}: MasterOptions): Promise<BootedMachine> => {
  const machine = makeMachine({ ...options, programs, words: [...MASTER_WORDS, ...words] })
  prepareMaster(machine.root)
  await joinMaster(machine.root, clusterAdmin, {
    initArgs: [
      ...['--apiserver', `https://${MASTER_ADDRESS}:6443`],
      ...['--kubernetes-version', kubernetesVersion, ...initWords],
    ],
  })
  return machine
}

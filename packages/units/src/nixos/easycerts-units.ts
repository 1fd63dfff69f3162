import { certmgrDirectories, layoutOf } from '@easycerts/shared/layout'
import { accounts, CA_USER, caServer, certmgr } from '../modern/index.ts'
import { type ComponentFiles, roleOfNode, type StackRequest } from '../stack/index.ts'
import { type Directive, literalPath, type Section, type Unit } from '../systemd/index.ts'
import { type NixosFacts, runs } from './nixos-facts.ts'
import { secretsDirectory } from './secrets.ts'
import { CA_ONLINE } from './targets.ts'

const PROGRAMS = {
  node: '/usr/bin/node',
  certmgr: '/usr/lib/easycerts/certmgr.js',
  caServer: '/usr/lib/easycerts/ca-server.js',
} as const

/** ca-server and certmgr in the place of cfssl, certmgr and their bootstrap. */
export const easycertsUnits = (facts: NixosFacts, request: StackRequest): ComponentFiles => {
  const { node, certmgr: certmgrProgram, caServer: caProgram } = facts.description.programs
  const { caServer: ca, certmgrByTimer, watchdogSeconds } = request
  const daemon = {
    programs: {
      node: node ?? PROGRAMS.node,
      certmgr: certmgrProgram ?? PROGRAMS.certmgr,
      caServer: caProgram ?? PROGRAMS.caServer,
    },
    ...(ca === undefined ? {} : { caServer: ca }),
    ...(certmgrByTimer === undefined ? {} : { certmgrByTimer }),
    ...(watchdogSeconds === undefined ? {} : { watchdogSeconds }),
  }
  const own = runs(facts, 'certificates') ? certmgr(daemon).units : []
  return {
    units: [...caServer(daemon).units, ...own.map((unit) => inNixos(facts, unit))],
    files: ca === undefined ? [] : accounts([CA_USER]),
  }
}

/** What lies elsewhere than certmgr's own unit allows. */
const writtenBy = (facts: NixosFacts): string[] => {
  const { description, node } = facts
  const directories = certmgrDirectories(layoutOf(description.layout), roleOfNode(node))
  return [...new Set([secretsDirectory(facts), ...directories])].filter(
    (path) => !path.startsWith('/etc/kubernetes/'),
  )
}

/** certmgr writes where NixOS keeps certificates, and waits for the CA where others wait too. */
const inNixos = (facts: NixosFacts, unit: Unit): Unit => {
  const waits: readonly Directive[] =
    facts.form === 'online-targets'
      ? [
          ['Wants', CA_ONLINE],
          ['After', CA_ONLINE],
        ]
      : []
  const more: Readonly<Partial<Record<Section['name'], readonly Directive[]>>> = {
    Unit: unit.name.endsWith('.service') ? waits : [],
    Service: writtenBy(facts).map((path) => ['ReadWritePaths', `-${literalPath(path)}`]),
  }
  return {
    ...unit,
    sections: unit.sections.map((section) => ({
      ...section,
      directives: [...section.directives, ...(more[section.name] ?? [])],
    })),
  }
}

import { componentService, type Place, type ServiceFiles } from './component-service.ts'
import { type NixosFacts, runs, runtimeUnit } from './nixos-facts.ts'
import { script, shellWord } from './scripts.ts'

interface Loader {
  readonly program: string
  /** The end of the command line that loads "$image". */
  readonly load: string
}

const LOADERS: Readonly<Record<'docker' | 'containerd', Loader>> = {
  docker: { program: 'docker', load: 'docker load <"$image"' },
  containerd: { program: 'ctr', load: 'ctr -n k8s.io images import "$image"' },
}

/** Images that are there before the kubelet starts, the one of `pause` always among them. */
export const seedImages = (facts: NixosFacts): ServiceFiles => {
  const { seedDockerImages, infraContainerArchive } = facts.options.kubelet
  const { dns } = facts.options.addons
  const images = [
    ...seedDockerImages,
    ...(dns.enable && dns.imageArchive !== null ? [dns.imageArchive] : []),
    ...(infraContainerArchive === null ? [] : [infraContainerArchive]),
  ]
  if (!runs(facts, 'kubelet') || images.length === 0) return { units: [], files: [] }
  const runtime = facts.description.containerRuntime.name === 'docker' ? 'docker' : 'containerd'
  const unit = runtimeUnit(facts)
  const text = seedScript(`${runtime}-seed-images`, LOADERS[runtime], images)
  const place: Place = { wantedBy: unit, after: [unit], before: ['kubelet.service'] }
  const service = componentService(facts, {
    name: `${runtime}-seed-images`,
    description: 'Images that the kubelet needs before it can pull any',
    eventual: place,
    online: place,
    type: 'oneshot',
    restartSeconds: 30,
    programs: [LOADERS[runtime].program],
    command: { program: text.path, arguments: [] },
    service: [['RemainAfterExit', 'yes']],
  })
  return { ...service, files: [...service.files, text] }
}

/** All of them are tried, so that one that is missing keeps no other back. */
const seedScript = (name: string, { load }: Loader, images: readonly string[]) =>
  script(name, [
    'failed=0',
    `for image in ${images.map(shellWord).join(' ')}; do`,
    '  echo "Seeding image: $image"',
    `  ${load} || failed=1`,
    'done',
    'exit "$failed"',
  ])

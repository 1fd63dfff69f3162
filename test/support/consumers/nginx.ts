import { join } from 'node:path'

/** Where nginx listens, what it serves, and the folder in which it keeps everything else. */
export interface NginxPlace {
  readonly folder: string
  readonly port: number
  readonly certificate: string
  readonly key: string
}

export const nginxPidFile = ({ folder }: Pick<NginxPlace, 'folder'>): string =>
  join(folder, 'nginx.pid')

/** A configuration that answers every request with 200, and that needs nothing outside its folder. */
export const nginxConfig = (place: NginxPlace): string => `
user root;
worker_processes 2;
pid ${nginxPidFile(place)};
error_log stderr;
events { worker_connections 512; }
http {
  access_log off;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  .map((kind) => `  ${kind}_temp_path ${join(place.folder, 'nginx', kind)};`)
  .join('\n')}
  server {
    listen 127.0.0.1:${place.port} ssl;
    ssl_certificate ${place.certificate};
    ssl_certificate_key ${place.key};
    location / { return 200 "here\\n"; }
  }
}
`

export const nginxArguments = (config: string): string[] => [
  ...['-e', 'stderr', '-c', config, '-g', 'daemon off;'],
]

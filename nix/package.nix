# ca-server, certmgr and node-join from this source tree, with the dependencies that package-lock.json pins.
{
  lib,
  buildNpmPackage,
  importNpmLock,
  makeWrapper,
  nodejs,
}:
let
  manifest = builtins.fromJSON (builtins.readFile ../package.json);
  source = lib.cleanSourceWith {
    name = "easycerts-source";
    src = lib.cleanSource ../.;
    filter =
      path: _type:
      !builtins.elem (baseNameOf path) [
        "node_modules"
        "dist"
        "out"
        "coverage"
      ];
  };
in
buildNpmPackage {
  pname = manifest.name;
  inherit (manifest) version;
  src = source;

  npmDeps = importNpmLock { npmRoot = source; };
  npmConfigHook = importNpmLock.npmConfigHook;
  nativeBuildInputs = [ makeWrapper ];

  installPhase = ''
    runHook preInstall
    npm prune --omit=dev --ignore-scripts --offline
    mkdir -p $out/lib/easycerts
    cp -r package.json apps packages node_modules $out/lib/easycerts/
    for program in ca-server certmgr node-join; do
      makeWrapper ${nodejs}/bin/node $out/bin/$program \
        --add-flags $out/lib/easycerts/apps/$program/bin/$program.js
    done
    runHook postInstall
  '';

  meta = {
    inherit (manifest) description;
    license = lib.licenses.asl20;
    mainProgram = "ca-server";
  };
}

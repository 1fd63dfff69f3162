# As much of nixpkgs' lib as nix/ uses, with the same meaning, so that the module is evaluated without nixpkgs.
let
  inherit (builtins)
    attrNames
    concatMap
    concatStringsSep
    elemAt
    foldl'
    genList
    isList
    isString
    length
    listToAttrs
    map
    replaceStrings
    split
    stringLength
    substring
    ;
  letters = "abcdefghijklmnopqrstuvwxyz";
  capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  characters = text: genList (at: substring at 1 text) (stringLength text);
in
rec {
  inherit concatStringsSep;

  literalExpression = text: { inherit text; };
  mkOption = option: { _type = "option"; } // option;
  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };
  mkDefault = mkOverride 1000;
  mkForce = mkOverride 50;
  types = {
    bool = "bool";
    str = "str";
    attrs = "attrs";
    package = "package";
    listOf = type: "list of ${type}";
    nullOr = type: "null or ${type}";
  };

  optional = condition: value: if condition then [ value ] else [ ];
  optionalString = condition: text: if condition then text else "";
  optionalAttrs = condition: attrs: if condition then attrs else { };
  concatMapStringsSep =
    separator: f: list:
    concatStringsSep separator (map f list);
  escapeShellArg = value: "'${replaceStrings [ "'" ] [ "'\\''" ] (toString value)}'";
  toLower = replaceStrings (characters capitals) (characters letters);
  unique = foldl' (seen: value: if builtins.elem value seen then seen else seen ++ [ value ]) [ ];
  splitString = separator: text: builtins.filter isString (split (escapeRegex separator) text);
  escapeRegex = replaceStrings [ "." ] [ "\\." ];
  take = count: list: genList (elemAt list) (if count < length list then count else length list);
  hasInfix = part: text: replaceStrings [ part ] [ "" ] text != text;
  versionOlder = one: other: builtins.compareVersions one other == -1;
  nameValuePair = name: value: { inherit name value; };
  mapAttrs' = f: set: listToAttrs (map (name: f name set.${name}) (attrNames set));
  mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);

  # What is in force of several definitions: conditions resolved, the strongest priority, lists joined.
  definitions =
    value:
    if !(builtins.isAttrs value) || !(value ? _type) then
      [
        {
          priority = 100;
          inherit value;
        }
      ]
    else if value._type == "if" then
      (if value.condition then definitions value.content else [ ])
    else if value._type == "override" then
      map (each: each // { inherit (value) priority; }) (definitions value.content)
    else
      throw "no definition: ${value._type}";

  merge =
    values:
    let
      all = concatMap definitions values;
      strongest = foldl' (least: each: if each.priority < least then each.priority else least) 9999 all;
      inForce = map (each: each.value) (builtins.filter (each: each.priority == strongest) all);
      first = builtins.head inForce;
      isSet = value: builtins.isAttrs value && !(value ? outPath);
    in
    if builtins.all isSet (map (each: each.value) all) then
      mergeSets (map (each: each.value) all)
    else if builtins.all isList inForce then
      builtins.concatLists inForce
    else if length inForce == 1 then
      first
    else if builtins.all isString inForce then
      concatStringsSep " " inForce
    else
      throw "two definitions of one value";

  mergeSets =
    sets:
    listToAttrs (
      concatMap (
        name:
        let
          values = concatMap (set: optional (set ? ${name}) set.${name}) sets;
        in
        optional (concatMap definitions values != [ ]) (nameValuePair name (merge values))
      ) (attrNames (foldl' (all: set: all // set) { } sets))
    );
}

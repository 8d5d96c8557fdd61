# SPDX-License-Identifier: BSD-2-Clause
# Reads one file of apt sources and prints, as deb822, its entries for the Debian archive with other suites.
# Mirror, keys and options stay as they are.
#
#   format  "sources" for deb822 stanzas, "list" for one entry a line
#   base    the machine's suite: bookworm
#   wanted  the suites to print: "%" stands for base, and is kept only where the machine has that suite ("%-security"
#           has a mirror of its own); "+NAME" is a suite that the archive has whether the machine uses it or not

BEGIN { RS = format == "sources" ? "" : "\n" }

function has(list, word,    words, n, i)
{
    n = split(list, words, " ")
    for (i = 1; i <= n; i++) if (words[i] == word) return 1
    return 0
}

# A machine may call its suite by name or by role.
function names_base(suites)
{
    return has(suites, base) || has(suites, "stable") || has(suites, "oldstable") || has(suites, "oldoldstable")
}

function print_entry(uris, suites, options,    out, words, n, i, name, role)
{
    if (tolower(uris) !~ /debian/) return
    n = split(wanted, words, " ")
    for (i = 1; i <= n; i++) {
        if (words[i] ~ /^\+/) {
            if (names_base(suites)) out = out " " substr(words[i], 2)
            continue
        }
        name = role = words[i]
        sub(/%/, base, name)
        if (has(suites, name)) { out = out " " name; continue }
        sub(/%/, "stable", role)
        if (has(suites, role) || has(suites, "old" role) || has(suites, "oldold" role)) out = out " " name
    }
    if (out == "") return
    printf "Types: deb\nURIs: %s\nSuites:%s\nComponents: main\nTargets: Packages\n%s\n", uris, out, options
}

format == "sources" {                                   # deb822
    n = split($0, lines, "\n")
    types = uris = suites = components = options = field = ""
    enabled = 1
    for (i = 1; i <= n; i++) {
        if (lines[i] ~ /^#/) continue
        text = lines[i]
        if (text !~ /^[ \t]/) {                 # else it continues the field before
            field = tolower(text); sub(/[ \t]*:.*/, "", field)
            sub(/^[^:]*:[ \t]*/, "", text)
        }
        if      (field == "types")         types      = types " " text
        else if (field == "uris")          uris       = uris " " text
        else if (field == "suites")        suites     = suites " " text
        else if (field == "components")    components = components " " text
        else if (field == "enabled")       enabled    = (tolower(text) !~ /^(no|false|without|off|disable)/)
        else if (field != "architectures" && field != "languages" && field != "targets") options = options lines[i] "\n"
    }
    gsub(/^ +/, "", uris)
    if (enabled && has(types, "deb") && has(components, "main")) print_entry(uris, suites, options)
}

format == "list" && $1 == "deb" {                     # deb [option=value ...] URI SUITE COMPONENT...
    line = $0
    sub(/#.*/, "", line)
    options = ""
    if (match(line, /\[[^]]*\]/)) {
        n = split(substr(line, RSTART + 1, RLENGTH - 2), words, " ")
        line = substr(line, 1, RSTART - 1) substr(line, RSTART + RLENGTH)
        for (i = 1; i <= n; i++) {
            at = index(words[i], "=")
            name = substr(words[i], 1, at - 1)
            if (name == "arch" || name == "lang" || name == "target") continue
            value = substr(words[i], at + 1)
            gsub(/,/, " ", value)
            options = options name ": " value "\n"
        }
    }
    n = split(line, words, " ")
    components = ""
    for (i = 4; i <= n; i++) components = components " " words[i]
    if (has(components, "main")) print_entry(words[2], words[3], options)
}

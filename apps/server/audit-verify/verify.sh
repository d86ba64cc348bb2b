#!/usr/bin/env bash
# Verifies an exported audit log without this product: `liyu audit export FOLDER`, then
#
#   verify.sh FOLDER [NOTE...]
#
# It needs bash, openssl and the coreutils (sha256sum, base64, od). Every body is hashed and
# compared with hashes.txt; then, for each note (the newest of FOLDER/checkpoints when none is
# named), the root of the tree at its size is computed by RFC 9162, 2.1.1, and its signature is
# verified (C2SP signed-note and tlog-checkpoint; ECDSA on P-256). A note that somebody kept from
# an earlier export shows, by holding today, that the log only grew. A line "deleted ID" stands for a
# body that was deleted by schedule; its hash stays. Exit status: 0, or 1 with what is wrong on
# standard error.
set -euo pipefail
export LC_ALL=C

die() {
  echo "WRONG: $*" >&2
  exit 1
}

[ $# -ge 1 ] || { echo "usage: verify.sh FOLDER [NOTE...]" >&2; exit 2; }
folder=$1
shift
key=$folder/public-key.pem
for file in "$folder/leaves.txt" "$folder/hashes.txt" "$key"; do
  [ -r "$file" ] || die "there is no $file"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The SHA-256 of every file of $work/in, in the order of their names, into the array `hashed`.
hash_files() {
  local files=("$work"/in/*) hash rest at
  hashed=()
  for ((at = 0; at < ${#files[@]}; at += 1000)); do
    while read -r hash rest; do hashed+=("$hash"); done < <(sha256sum "${files[@]:at:1000}")
  done
  rm -rf "$work/in"
}

# The hexadecimal text as escapes for printf, into `escaped`.
escape() {
  local at
  escaped=
  for ((at = 0; at < ${#1}; at += 2)); do escaped+="\\x${1:at:2}"; done
}

# The hash of every body into `leaves`; of a body that was deleted, the stored one, and into `gone`
# which deletion took it.
hash_leaves() {
  local body count=0 bodies=0 at
  gone=()
  hashed=()
  mkdir "$work/in"
  while IFS= read -r body; do
    if [[ $body =~ ^deleted\ [0-9a-f-]{36}$ ]]; then
      gone[count]=${body#deleted }
    else
      printf -v name '%s/in/%010d' "$work" "$bodies"
      printf '\0%s' "$body" >"$name"
      bodies=$((bodies + 1))
    fi
    count=$((count + 1))
  done <"$folder/leaves.txt"
  [ "$count" -gt 0 ] || die "there are no leaves"
  [ "$bodies" -eq 0 ] || hash_files
  leaves=()
  bodies=0
  for ((at = 0; at < count; at += 1)); do
    if [ -n "${gone[at]:-}" ]; then
      leaves+=("${stored[at]:-}")
    else
      leaves+=("${hashed[bodies]}")
      bodies=$((bodies + 1))
    fi
  done
}

# A body that is gone is gone by a deletion that the log holds: a later leaf names it, with the
# digest over the hashes of just these leaves.
verify_deletions() {
  local at id line said
  local -A lists=() last=()
  [ ${#gone[@]} -gt 0 ] || return 0
  for at in "${!gone[@]}"; do
    id=${gone[at]}
    lists[$id]+="${leaves[at]}"$'\n'
    last[$id]=$at
  done
  for id in "${!lists[@]}"; do
    line=$(grep -n "^{\"deletedBy\":.*\"deletionId\":\"$id\"" "$folder/leaves.txt") ||
      die "index ${last[$id]}: the body is gone, and no deletion $id is recorded"
    said=$(sed -n 's/.*"leafDigest":"\([0-9a-f]*\)".*/\1/p' <<<"$line")
    [ "$(printf '%s' "${lists[$id]}" | sha256sum | cut -d ' ' -f 1)" = "$said" ] ||
      die "index ${last[$id]}: the deletion $id is not of the leaves that name it"
    [ "${line%%:*}" -gt $((last[$id] + 1)) ] || die "the deletion $id is older than its leaves"
  done
  echo "holds: ${#gone[@]} bodies were deleted by schedule, in ${#lists[@]} recorded deletions"
}

# The root over the first $1 leaves, into `root`: neighbours are joined level by level, and the
# last of an odd number goes up as it is.
compute_root() {
  local level=("${leaves[@]:0:$1}") at odd
  while [ ${#level[@]} -gt 1 ]; do
    mkdir "$work/in"
    for ((at = 0; at + 1 < ${#level[@]}; at += 2)); do
      printf -v name '%s/in/%010d' "$work" "$at"
      escape "01${level[at]}${level[at + 1]}"
      # shellcheck disable=SC2059
      printf "$escaped" >"$name"
    done
    odd=()
    ((${#level[@]} % 2 == 0)) || odd=("${level[-1]}")
    hash_files
    level=("${hashed[@]}" "${odd[@]}")
  done
  root=${level[0]}
}

verify_signature() {
  local note=$1 origin=$2 line dash name base64 id
  split_note "$note"
  id=$(openssl pkey -pubin -in "$key" -outform DER | sha256sum)
  while IFS= read -r line; do
    read -r dash name base64 <<<"$line"
    [ "$dash" = $'\xe2\x80\x94' ] && [ "$name" = "$origin" ] || continue
    base64 -d <<<"$base64" >"$work/bytes" 2>/dev/null || continue
    [ "$(head -c 4 "$work/bytes" | od -An -tx1 | tr -d ' \n')" = "${id:0:8}" ] || continue
    tail -c +5 "$work/bytes" >"$work/signature"
    openssl dgst -sha256 -verify "$key" -signature "$work/signature" "$work/text" >/dev/null 2>&1
    return
  done <"$work/signatures"
  return 1
}

# Splits a note at its empty line: what is signed, and the signatures.
split_note() {
  local line target=$work/text
  : >"$work/text"
  : >"$work/signatures"
  while IFS= read -r line; do
    if [ -z "$line" ]; then target=$work/signatures; else printf '%s\n' "$line" >>"$target"; fi
  done <"$1"
}

verify_note() {
  local note=$1 lines
  mapfile -t lines <"$note"
  local origin=${lines[0]:-} size=${lines[1]:-} said=${lines[2]:-}
  [[ $size =~ ^[1-9][0-9]{0,15}$ ]] || die "$note says no size"
  verify_signature "$note" "$origin" || die "$note: the signature does not hold"
  [ "$size" -le ${#leaves[@]} ] || die "$note: of $size leaves only ${#leaves[@]} are here"
  compute_root "$size"
  escape "$root"
  # shellcheck disable=SC2059
  [ "$(printf "$escaped" | base64 -w 0)" = "$said" ] ||
    die "$note: its root is not that of the first $size leaves"
  echo "holds: $note ($size leaves, ${lines[3]:-})"
}

mapfile -t stored <"$folder/hashes.txt"
hash_leaves
[ ${#stored[@]} -eq ${#leaves[@]} ] || die "${#leaves[@]} leaves, but ${#stored[@]} hashes"
for ((at = 0; at < ${#leaves[@]}; at += 1)); do
  [ "${leaves[at]}" = "${stored[at]}" ] || die "index $at: the hash is not of the body"
done
echo "holds: ${#leaves[@]} leaves, each with its hash"
verify_deletions
if [ $# -eq 0 ]; then
  notes=("$folder"/checkpoints/*.txt)
  set -- "${notes[-1]}"
fi
for note in "$@"; do
  [ -r "$note" ] || die "there is no $note"
  verify_note "$note"
done
echo "key: SHA-256 $(openssl pkey -pubin -in "$key" -outform DER | sha256sum | cut -d ' ' -f 1)"

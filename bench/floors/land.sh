#!/bin/sh
# The git commands of one landing, and nothing else: land.sh REPOSITORY WARM-WORKTREE CHANGE-WORKTREE FRESH-BRANCH.
# Rebases the change's commit in a warm detached worktree, moves main by compare-and-swap, lets main's checkout follow,
# and puts the change's worktree on a fresh branch from the new tip.
set -e
repository=$1 warm=$2 change=$3 fresh=$4
cd "$repository"
old=$(git rev-parse main)
branch=$(git -C "$change" symbolic-ref --short HEAD)
git -C "$warm" checkout -q --detach "$(git -C "$change" rev-parse HEAD)"
git -C "$warm" rebase -q "$old"
new=$(git -C "$warm" rev-parse HEAD)
git update-ref refs/heads/main "$new" "$old"
git read-tree -m -u "$old" "$new"
git -C "$change" checkout -q -b "$fresh" "$new"
git branch -q -D "$branch"

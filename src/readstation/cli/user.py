"""`readstation user`: list accounts, add one, set its roles or its password, close it."""

from __future__ import annotations

import argparse
import getpass
import json
import sys

from readstation.app.administration.accounts import (
    add_account,
    deactivate_account,
    list_accounts,
    set_password,
    set_roles,
)
from readstation.app.station import Station
from readstation.bootstrap import open_station
from readstation.domain.errors import RefusedInputError
from readstation.domain.reader import Role, User

ROLES = {role.value.replace(" ", "-"): role for role in Role}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    listing = steps.add_parser("list", help="show all accounts")
    listing.add_argument("--json", action="store_true", help="print the accounts for a program")
    listing.set_defaults(step_run=_list)
    add = steps.add_parser("add", help="add an account; the password is asked for or read")
    add.add_argument("user_id")
    add.add_argument("full_name")
    _add_roles(add)
    add.set_defaults(step_run=_add)
    roles = steps.add_parser("set-roles", help="give an account other roles")
    roles.add_argument("user_id")
    roles.add_argument(
        "--role", action="append", required=True, choices=sorted(ROLES), dest="roles"
    )
    roles.set_defaults(step_run=_set_roles)
    change = steps.add_parser("set-password", help="set a new password")
    change.add_argument("user_id")
    change.set_defaults(step_run=_set_password)
    close = steps.add_parser("deactivate", help="close an account; its records stay")
    close.add_argument("user_id")
    close.set_defaults(step_run=_deactivate)


def _add_roles(step: argparse.ArgumentParser) -> None:
    step.add_argument("--role", action="append", required=True, choices=sorted(ROLES), dest="roles")


def run(args: argparse.Namespace) -> int:
    args.step_run(open_station(args.home), args)
    return 0


def _list(station: Station, args: argparse.Namespace) -> None:
    users = list_accounts(station, None)
    if args.json:
        print(json.dumps([_as_json(user) for user in users], ensure_ascii=False, indent=1))
        return
    for user in users:
        roles = ", ".join(sorted(role.value for role in user.roles))
        print(f"{user.user_id}\t{user.full_name}\t{roles}{'' if user.is_active else ' (closed)'}")


def _as_json(user: User) -> dict[str, object]:
    return {
        "user_id": user.user_id,
        "full_name": user.full_name,
        "roles": sorted(role.value for role in user.roles),
        "is_active": user.is_active,
    }


def _add(station: Station, args: argparse.Namespace) -> None:
    user = User(args.user_id.strip(), args.full_name.strip(), _roles(args))
    add_account(station, None, user, read_new_password())
    print(f"Added {user.user_id}.")


def _set_roles(station: Station, args: argparse.Namespace) -> None:
    set_roles(station, None, args.user_id, _roles(args))
    print(f"{args.user_id} has other roles.")


def _roles(args: argparse.Namespace) -> frozenset[Role]:
    return frozenset(ROLES[name] for name in args.roles)


def _set_password(station: Station, args: argparse.Namespace) -> None:
    set_password(station, None, args.user_id, read_new_password())
    print(f"{args.user_id} has a new password.")


def _deactivate(station: Station, args: argparse.Namespace) -> None:
    deactivate_account(station, None, args.user_id)
    print(f"{args.user_id} is closed.")


def read_new_password() -> str:
    """Ask twice on a terminal, else read one line; never an argument, which others can see."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("New password: ")
    if password != getpass.getpass("Again: "):
        raise RefusedInputError("NOT_REPEATED", "The two passwords differ.", "Start again.")
    return password

"""Orders, by accession number."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.dialects.sqlite import insert

from readstation.adapters.db.content_json import contacts_to_json
from readstation.adapters.db.schema import orders
from readstation.adapters.db.statements import Statements
from readstation.adapters.db.stored_values import contacts_from_json
from readstation.domain.errors import NotFoundError
from readstation.domain.order import Contact, Order


class SqlOrderRepository:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def put(self, order: Order) -> None:
        """Add or replace; a technologist's concern outlives an update that has none."""
        wanted = insert(orders).values(**_values(order))
        changed: dict[str, Any] = {
            c.name: wanted.excluded[c.name] for c in orders.c if not c.primary_key
        }
        concern = wanted.excluded.technologist_concern
        changed["technologist_concern"] = case(
            (concern == "", orders.c.technologist_concern), else_=concern
        )
        self._statements.run(
            wanted.on_conflict_do_update(index_elements=["accession_number"], set_=changed)
        )

    def of_study(self, study_instance_uid: str) -> Order | None:
        wanted = select(orders).where(orders.c.study_instance_uid == study_instance_uid)
        row = self._statements.row(wanted.order_by(orders.c.accession_number).limit(1))
        return None if row is None else order_from(row)

    def set_concern(self, accession_number: str, concern: str) -> None:
        changed = update(orders).where(orders.c.accession_number == accession_number)
        if self._statements.run(changed.values(technologist_concern=concern)).rowcount != 1:
            raise NotFoundError("There is no such order.", "Refresh the worklist.")


def _values(order: Order) -> dict[str, Any]:
    referrer = order.referring_physician
    values = {c.name: getattr(order, c.name) for c in orders.c if hasattr(order, c.name)}
    return {
        **values,
        "referring_name": referrer.name,
        "referring_role": referrer.role,
        "referring_telephone_number": referrer.telephone_number,
        "designees": contacts_to_json(order.designees),
        "procedure_codes": order.procedure_codes or None,
    }


def order_from(row: Any) -> Order:
    """Return the order whose columns are in `row`, among others."""
    plain = {c.name: row[c.name] for c in orders.c if not c.name.startswith("referring_")}
    referrer = Contact(
        row["referring_name"], row["referring_role"], row["referring_telephone_number"]
    )
    plain["designees"] = contacts_from_json(plain["designees"])
    plain["procedure_codes"] = plain["procedure_codes"] or ()
    return Order(**plain, referring_physician=referrer)

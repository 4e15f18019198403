"""A good chain, and what people write wrong in it."""

GOOD = """\
valuechain: 1
name: Prueba
currency: EUR
departments:
  design:
    name: Diseño
    staff: 2
    serves:
      sales: {name: piezas, takes: 1 d, sla: 2 d, buffer: sla, on_time: 0.9, need: 1, for: [offer]}
  it:
    serves:
      sales: {takes: 1 h, alternatives: help, need: 50 %}
      design: {takes: 2 h}
  hr:
    serves:
      sales: {takes: 1 h, alternatives: help, need: 50 %}
  sales:
    name: Ventas
    kind: sales_marketing
    serves:
      prospect:
        - {key: offer, takes: 4 h, sla: 1 d, volume: 60}
        - {key: advice, takes: 1 h, sla: 4 h, volume: 30}
customers:
  prospect: {status: potential, revenue: 720000, win_rate: 25 %, wears_on: {sales: medium}}
  paper:
    kind: supplier
    serves: {design: {takes: 1 d}}
scenarios:
  holiday: {delay: {design: 1 w}}
interventions:
  brief: {cost: 4000, scale: {services.design>sales.takes: 0.6}}
"""

# One fault, one line: what is changed in GOOD (§ marks the place the line points at), the path
# and what was found, and how to mend it.
FAULTS = {
    "unknown key": ("name: Prueba", "§nam: Prueba", "nam", "(did you mean name?)"),
    "Spanish key": ("name: Prueba", "§nombre: Prueba", "nombre", "(did you mean name?)"),
    "Spanish departments": (
        "departments:",
        "§departamentos:",
        "departamentos: unknown key «departamentos»",
        "(did you mean departments?)",
    ),
    "Spanish customers": ("customers:", "§clientes:", "clientes", "(did you mean customers?)"),
    "capitals": (
        "sla: 1 d",
        "§SLA: 1 d",
        "services.sales>prospect:offer.SLA",
        "(did you mean sla?)",
    ),
    "Spanish sla": (
        "sla: 2 d",
        "§plazo: 2 d",
        "services.design>sales.plazo",
        "(did you mean sla?)",
    ),
    "Spanish currency": ("currency: EUR", "§moneda: EUR", "moneda", "(did you mean currency?)"),
    "no currency": (
        "currency: EUR",
        "",
        "customers.prospect.revenue: money without a currency",
        "currency: EUR at the top",
    ),
    "Spanish serves": (
        "    serves:\n      sales: {name",
        "    §sirve_a:\n      sales: {name",
        "departments.design.sirve_a",
        "(did you mean serves?)",
    ),
    "unknown client": (
        "      design: {takes: 2 h}",
        "      §desing: {takes: 2 h, sla: 1 h, for: [x]}",
        "services.it>desing.client: unknown department or customer «desing»",
        "(did you mean design?)",
    ),
    "self-service": (
        "      design: {takes: 2 h}",
        "      §it: {takes: 2 h}",
        "services.it>it: it serves itself",
        "another client",
    ),
    "one key twice": (
        GOOD[GOOD.index("prospect:") : GOOD.index(", takes: 1 h, sla: 4 h")],
        "§prospect:\n        - {key: offer, takes: 1 d, volume: 1}\n        - {key: offer",
        "services.sales>prospect: 2 services with keys offer, offer",
        "a different key for each",
    ),
    "Spanish key of a service": (
        "- {key: advice",
        "- {§clave: advice",
        "services.sales>prospect.clave",
        "(did you mean key?)",
    ),
    "duplicate key": (
        "    staff: 2",
        "    staff: 2\n    §staff: 3",
        "departments.design.staff: the key «staff» again, first in line 7",
        "(delete or rename one of the two)",
    ),
    "no unit": (
        "design: {takes: 2 h",
        "design: {takes: §2",
        "services.it>design.takes",
        "2 min or",
    ),
    "unknown unit": (
        "design: {takes: 2 h",
        "design: {takes: §2 hx",
        "services.it>design.takes",
        "(did you mean h?)",
    ),
    "negative": (
        "design: {takes: 2 h",
        "design: {takes: §-2 h",
        "services.it>design.takes: «-2 h»",
        "from 0 up",
    ),
    "NaN": ("on_time: 0.9", "on_time: §.nan", "services.design>sales.on_time: «.nan»", "a number"),
    "infinite": (
        "on_time: 0.9",
        "on_time: §1e999",
        "services.design>sales.on_time: «1e999»",
        "(it must be finite)",
    ),
    "share above 1": (
        "on_time: 0.9",
        "on_time: §1.5",
        "services.design>sales.on_time: «1.5»",
        "a share from 0 to 1",
    ),
    "decimal comma": (
        "on_time: 0.9",
        "on_time: §0,9",
        "services.design>sales.on_time: «0,9»",
        "(write 0.9)",
    ),
    "decimal comma of a time": (
        "design: {takes: 2 h",
        "design: {takes: §2,5 h",
        "services.it>design.takes: «2,5 h»",
        "(write 2.5 h)",
    ),
    "decimal comma in a distribution": (
        "design: {takes: 2 h",
        "design: {takes: {median: §1,5 h, p90: 3 h}",
        "services.it>design.takes.median: «1,5 h»",
        "(write 1.5 h)",
    ),
    "decimal comma in an estimate": (
        "on_time: 0.9",
        "on_time: {base: §0,9, low: 0.8, high: 1}",
        "services.design>sales.on_time.base: «0,9»",
        "(write 0.9)",
    ),
    "decimal comma in a block": (
        "    staff: 2",
        "    staff: §2,5",
        "departments.design.staff: «2,5»",
        "(write 2.5",
    ),
    "thousands point": (
        "volume: 60",
        "volume: §1.060",
        "services.sales>prospect:offer.volume: «1.060»",
        "(write 1060",
    ),
    "clock": (
        "design: {takes: 2 h",
        "design: {takes: §1:30",
        "services.it>design.takes: «1:30»",
        "90 min",
    ),
    "unknown word": (
        "kind: sales_marketing",
        "kind: §sales",
        "departments.sales.kind: «sales»",
        "employees, managers, hr, it, sales_marketing",
    ),
    "unequal need in a group": (
        "hr:\n    serves:\n      sales: {takes: 1 h, alternatives: help, need: 50 %}",
        "hr:\n    serves:\n      sales: {takes: 1 h, alternatives: help, need: §40 %}",
        "services.hr>sales.need: members of help differ",
        "one need for all members",
    ),
    "buffer: sla without sla": (
        "sla: 2 d, buffer: sla, on_time: 0.9",
        "buffer: §sla",
        "services.design>sales.buffer: buffer: sla without an sla",
        "an sla beside it, or a time",
    ),
    "volume on some": (
        "- {key: advice, takes: 1 h, sla: 4 h, volume: 30}",
        "- §{key: advice, takes: 1 h, sla: 4 h}",
        "services.sales>prospect:advice.volume: volume on some services",
        "on all of them or on none",
    ),
    "unknown for": (
        "for: [offer]",
        "for: §[ofer]",
        "services.design>sales.for: «ofer»",
        "(did you mean offer?)",
    ),
    "service as text": (
        "design: {takes: 2 h}",
        "design: §2 h",
        "services.it>design: «2 h»",
        "keys with values",
    ),
    "department as text": (
        "  hr:\n    serves:\n      sales: {takes: 1 h, alternatives: help, need: 50 %}",
        "  hr: §nothing",
        "departments.hr: «nothing»",
        "keys with values",
    ),
    "serves as a list": (
        "    serves:\n      sales: {takes: 1 h, alternatives: help, need: 50 %}\n"
        "      design: {takes: 2 h}",
        "    serves: §[sales, design]",
        "departments.it.serves: a list",
        "(write serves: {sales: {}, design: {}})",
    ),
    "service without a client": (
        "    serves: {design: {takes: 1 d}}",
        "    §serves: {takes: 1 d, sla: 2 d}",
        "customers.paper.serves: a service without a client (takes, sla)",
        "(indent it under who receives it)",
    ),
    "service one level too high": (
        "    serves: {design: {takes: 1 d}}",
        "    §design: {takes: 1 d}",
        "customers.paper.design: unknown key «design»",
        "(a service to design? serves: {design: ...})",
    ),
    "field one level too high": (
        "    staff: 2",
        "    §sla: 2 d",
        "departments.design.sla: unknown key «sla»",
        "(sla belongs to a service: serves: {CLIENT: {sla: ...}})",
    ),
    "field one level too low": (
        "design: {takes: 2 h",
        "design: {takes: 2 h, §staff: 2",
        "services.it>design.staff: unknown key «staff»",
        "(staff belongs to a department: departments: {ID: {staff: ...}})",
    ),
    "department at the top": (
        "customers:",
        "§extra: {serves: {sales: {takes: 1 h}}}\ncustomers:",
        "extra: unknown key «extra»",
        "(put it under departments)",
    ),
    "services at the top": (
        "customers:",
        "§services: []\ncustomers:",
        "services: unknown key «services»",
        "(serves belongs to a department",
    ),
    "bad id": ("  hr:\n", "  §2hr:\n", "departments.2hr: «2hr»", "a letter first"),
    "bad id, served by others": (
        "  paper:\n    kind: supplier\n    serves: {design: {takes: 1 d}}",
        "  §my shop:\n    serves: {design: {takes: 1 d}}",
        "customers.my shop: «my shop»",
        "(put words into name)",
    ),
    "department and customer": (
        "  paper:",
        "  §it:",
        "customers.it: «it» is a department, too",
        "an id of its own",
    ),
    "departments as a list": (
        GOOD[GOOD.index("departments:") : GOOD.index("customers:")],
        "departments: §[design, it, sales]\n",
        "departments: a list",
        "(write ID: {name: ...})",
    ),
    "win rate of an active customer": (
        "status: potential, revenue: 720000, win_rate: 25 %",
        "revenue: 720000, win_rate: §25 %",
        "customers.prospect.win_rate",
        "win_rate with status: potential",
    ),
    "anger at nobody": (
        "{sales: medium}",
        "{§sals: medium}",
        "customers.prospect.wears_on.sals",
        "(did you mean sales?)",
    ),
    "delay of nobody": (
        "delay: {design",
        "delay: {§desing",
        "scenarios.holiday.delay.desing",
        "(did you mean design?)",
    ),
    "scale of nothing": (
        "services.design>sales.takes",
        "§services.design>sales.take",
        "interventions.brief.scale.services.design>sales.take",
        "(did you mean takes?)",
    ),
    "calendar": (
        "customers:",
        "calendar: {hours_per_day: §25}\ncustomers:",
        "calendar.hours_per_day: «25»",
        "up to 24",
    ),
    "period": (
        "customers:",
        "period: §moth\ncustomers:",
        "period: «moth»",
        "(did you mean month?)",
    ),
    "period in Spanish": (
        "customers:",
        "period: §mes\ncustomers:",
        "period: «mes»",
        "(did you mean month?)",
    ),
    "a word of influence in Spanish": (
        "wears_on: {sales: medium}",
        "wears_on: §{sales: alto}",
        "customers.prospect.wears_on: sales: «alto»",
        "(did you mean high?)",
    ),
    "serves a level too high": (
        "  hr:\n    serves:\n      sales: {takes: 1 h, alternatives: help, need: 50 %}\n",
        "  hr:\n  serves:\n    §sales: {takes: 1 h}\n",
        "departments.serves.sales: unknown key «sales»",
        "(serves belongs inside a department or customer: indent it)",
    ),
    "version": ("valuechain: 1", "valuechain: §2", "valuechain: «2»", "version 1"),
    "assumption": (
        "customers:",
        "assumptions: {weights: {late: §2}}\ncustomers:",
        "assumptions.weights.late: «2»",
        "a share from 0 to 1",
    ),
    "assumption misspelt": (
        "customers:",
        "assumptions: {weights: {§lates: 1}}\ncustomers:",
        "assumptions.weights.lates: unknown key «lates»",
        "(did you mean late?)",
    ),
    "assumption at the top": (
        "customers:",
        "§recovery: 0.4\ncustomers:",
        "recovery: unknown key «recovery»",
        "(recovery belongs to assumptions: {recovery: ...})",
    ),
    "changes as a mapping": (
        "customers:",
        "changes: §{delay: {it: 1 h}}\ncustomers:",
        "changes: a mapping",
        "a list",
    ),
    "a wrong change": (
        "customers:",
        "changes: [{§dely: {it: 1 h}}]\ncustomers:",
        "changes[0].dely: unknown key «dely»",
        "(did you mean delay?)",
    ),
}

# What else goes wrong because of it must not be said.
CONSEQUENCES = {
    "a key that `for` names": ("{key: offer", "{clave: offer"),
    "a service that `for` names": (
        "        - {key: offer, takes: 4 h, sla: 1 d, volume: 60}",
        "        - text",
    ),
    "a service that a change names": ("sales: {name: piezas,", "sales: {name: [x],"),
    "a service left out that a change names": (
        "sales: {name: piezas, takes: 1 d, sla: 2 d, buffer: sla, on_time: 0.9, need: 1, "
        "for: [offer]}",
        "sales: text",
    ),
    "a field that a change scales": ("takes: 1 d, sla: 2 d", "takes: 1 x, sla: 2 d"),
    "a department that a service and a delay name": ("  design:\n", "  de sign:\n"),
    "services of a department one level too high": (
        "    kind: sales_marketing\n    serves:\n      prospect:\n"
        "        - {key: offer, takes: 4 h, sla: 1 d, volume: 60}\n"
        "        - {key: advice, takes: 1 h, sla: 4 h, volume: 30}",
        "    prospect: {key: offer}",
    ),
    "a department that is none": (
        GOOD[GOOD.index("    name: Ventas") : GOOD.index("customers:")],
        "    text\n",
    ),
    "a need in a group": (
        "  it:\n    serves:\n      sales: {takes: 1 h, alternatives: help, need: 50 %}",
        "  it:\n    serves:\n      sales: {takes: 1 h, alternatives: help, need: much}",
    ),
}

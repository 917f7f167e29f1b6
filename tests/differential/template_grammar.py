"""Makes random templates that are mostly valid, from a seed."""

import random

FILTERS = """
upper|lower|title|capitalize|trim|string|length|list|first|last|join|join("-")|join(",", attribute="k")|sort
sort(reverse=true)|sort(attribute="n")|sort(case_sensitive=true)|unique|min|max|sum|sum(attribute="n")|reverse
batch(2)|batch(3,0)|slice(2)|slice(3,"f")|map("string")|map("upper")|map(attribute="k")|map("int",1)|select|reject
select("odd")|select("string")|selectattr("n","gt",1)|rejectattr("k","eq","x")|groupby("k")|items|dictsort|tojson
tojson(indent=2)|int|int(7)|float|round|round(1)|round(1,"floor")|abs|default("D")|default("D",true)
replace("a","Z")|truncate(4)|truncate(5,true,"")|wordcount|wordwrap(4)|indent(2)|indent(1,true,true)|center(8)|e
striptags|urlencode|filesizeformat|format(1)|format("q",2)|safe|xmlattr|attr("a")|forceescape
""".replace("\n", "|").strip("|").split("|")

TESTS = """
defined undefined none string number integer float boolean mapping sequence iterable callable true false odd even
lower upper escaped divisibleby(2) filter test
""".split()

SUFFIXES = """
.a .k .0 .real .nope .__class__ .items() .keys()|list .values()|list .upper() .title() .split() .split(",") .strip()
.count(1) .index(1) .copy() .get("a") .get("q",5) .join(["a","b"]) .replace("a","b") .isdigit() .startswith("a")
.find("l") .rsplit(",",1) .center(9) .swapcase() .splitlines() .partition("l") .zfill(6) .rjust(7,"*") .capitalize()
.format(1,2) .rfind("l") .append(1) .pop() [0] [-1] [1] ["a"] [1:] [::-1] [:2] [::2] [-2:] [n] [5]
""".split()

NAMES = "n f s l d e rows u t no nope tree d.a d.zz l[0] rows[0] rows[0].k loop.index x y".split()
TEXTS = ['"abc"', '"Hello World"', '""', '" x "', '"a,b,c"', '"1"', '"é世"', "'it\\'s'", '"a\\nb"', '"<b>"', '"5.5"']
FORMATS = ['"%s-%d"', '"{}x{}"', '"%%"', '"{:>5}"']
NUMBERS = ["2.5", "0.1", "1e3", "3.0", "-1.5", "1e16", "0.00001"]
OPERATORS = "+ - * / // % ~ == != < > <= >= and or in".split() + ["not in"]
CALLS = ["range({})|list", "dict(a={})", "[{}]|sum", "namespace(a={}).a", '"%s" % ({})', '"%d" % ({})', '"{{:>6}}".format({})']


class Grammar:
    def __init__(self, seed: int):
        self.random = random.Random(seed)

    def pick(self, *choices):
        return self.random.choice(choices)

    def template(self) -> str:
        if self.random.random() < 0.5:
            return "{{ " + self.expression(self.random.randint(1, 4)) + " }}"
        return self.body(2)

    def literal(self) -> str:
        kind = self.random.randrange(5)
        if kind == 0:
            return str(self.random.randint(-3, 12))
        return self.random.choice([NAMES, NUMBERS, TEXTS, FORMATS, ["true", "false", "none"], NAMES][kind])

    def expression(self, depth: int) -> str:
        if depth <= 0:
            return self.literal()
        makers = [self.literal, self._binary, self._binary, self._bare, self._list, self._dict, self._suffix,
                  self._filter, self._filter, self._filter, self._test, self._conditional, self._call, self._sign]
        maker = self.random.choice(makers)
        return maker() if maker == self.literal else maker(depth - 1)

    def _binary(self, depth):
        return f"({self.expression(depth)}) {self.random.choice(OPERATORS)} ({self.expression(depth)})"

    def _bare(self, depth):
        return f"{self.expression(depth)} {self.random.choice(OPERATORS)} {self.expression(depth)}"

    def _list(self, depth):
        items = ", ".join(self.expression(depth) for _ in range(self.random.randint(1, 3)))
        return self.pick(f"[{items}]", f"({items}, )", "[]")

    def _dict(self, depth):
        keys = ['"a"', '"b"', "1", "true", "none", "n"]
        entries = (f"{self.random.choice(keys)}: {self.expression(depth)}" for _ in range(self.random.randint(0, 3)))
        return "{" + ", ".join(entries) + "}"

    def _suffix(self, depth):
        return f"({self.expression(depth)}){self.random.choice(SUFFIXES)}"

    def _filter(self, depth):
        small = self.expression(min(depth, 1))
        with_argument = self.pick("d", "batch", "join", "int", "round", "indent").join(["", f"({small})"])
        name = self.random.choice(FILTERS + [with_argument])
        lazy = ("unique", "batch", "slice", "map", "select", "reject", "items", "reverse")
        return f"({self.expression(depth)})|{name}" + ("|list" if name.startswith(lazy) else "")

    def _test(self, depth):
        small = self.expression(min(depth, 1))
        argument = self.pick(f"divisibleby({small})", f"eq {self.literal()}", 'in [1,"a"]', f"gt({small})", "lt 3")
        return f"({self.expression(depth)}) is {self.pick('', 'not ')}{self.random.choice(TESTS + [argument])}"

    def _conditional(self, depth):
        otherwise = self.pick("", f" else ({self.expression(depth)})")
        return f"({self.expression(depth)}) if ({self.expression(depth)}){otherwise}"

    def _call(self, depth):
        return self.random.choice(CALLS).format(self.expression(depth))

    def _sign(self, depth):
        return self.pick("not ", "-", "+") + f"({self.expression(depth)})"

    def tag(self, inside: str) -> str:
        return "{%" + self.pick("", "", "-", "+") + f" {inside} " + self.pick("", "", "-", "+") + "%}"

    def body(self, depth: int) -> str:
        text = lambda: self.pick("", " ", "\n", "text ", "a\n", "  b  ")
        return "".join(text() + self.statement(depth) + self.pick("", " ", "\n") for _ in range(self.random.randint(1, 3)))

    def statement(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.25:
            return "{{" + self.pick(" ", "- ") + self.expression(2) + self.pick(" ", " -") + "}}"
        makers = [self._if, self._for, self._for, self._set, self._block_set, self._macro, self._with, self._filter_block]
        return self.random.choice(makers)(depth - 1) if self.random.random() < 0.9 else self._raw()

    def _if(self, depth):
        middle = self.pick("", self.tag("elif " + self.expression(2)) + self.body(depth))
        end = self.pick("", self.tag("else") + self.body(depth))
        return self.tag("if " + self.expression(2)) + self.body(depth) + middle + end + self.tag("endif")

    def _for(self, depth):
        source = self.pick("l", "rows", "d", "d.items()", '"abc"', "range(3)", "tree", "[(1,2),(3,4)]", "e", self.expression(2))
        condition = self.pick("", " if " + self.expression(2))
        loop = self.pick("", "index", "last", "revindex", "length", 'previtem|default("-")', "cycle(1,2)", "changed(x)")
        shown = "{{ loop." + loop + " }}" if loop else ""
        end = self.pick("", self.tag("else") + self.body(depth))
        return self.tag(f"for {self.pick('x', 'x', 'x, y')} in {source}{condition}") + shown + self.body(depth) + end + self.tag("endfor")

    def _set(self, _depth):
        return self.tag(f"set {self.pick('x', 'y', 'a', 'n')} = {self.expression(2)}")

    def _block_set(self, depth):
        return self.tag("set x" + self.pick("", " | upper")) + self.body(depth) + self.tag("endset")

    def _macro(self, depth):
        rest = self.pick("", "{{ caller() if caller is defined }}", "{{ varargs }}", "{{ kwargs }}")
        macro = self.tag(f"macro m(x{self.pick('', ', y=1', ', y=x')})") + self.body(depth) + rest + self.tag("endmacro")
        block = self.tag(f"call m({self.literal()})") + self.body(depth) + self.tag("endcall")
        return macro + self.pick("{{ m(" + self.pick("1", "x=1", "1, 2", "y=3,x=1", "1, q=5") + ") }}", block)

    def _with(self, depth):
        return self.tag("with x=" + self.expression(2)) + self.body(depth) + self.tag("endwith")

    def _filter_block(self, depth):
        name = self.pick("upper", "trim", 'replace("a","b")', "indent(2)", "e")
        return self.tag("filter " + name) + self.body(depth) + self.tag("endfilter")

    def _raw(self):
        return self.pick("{#- c -#}", "{# x #}", "{% raw %} {{ x }} {% endraw %}", "{%- raw -%} a{% b {%- endraw -%}")

-- Maps the supported subset of Quarto onto pandoc: the order of the steps. The subset itself is
-- written down in subset.py. Every error ends pandoc with one line on stderr.
--
-- Reads from the metadata: number-sections.

package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path

local common = require("common")
local tables = require("html_tables")
local blocks = require("blocks")
local references = require("references")
local floats = require("floats")

local function add_references(doc)
  local placed = false
  doc:walk({ Div = function(div) placed = placed or div.identifier == "refs" end })
  if placed or not references.cited then return end
  local last = doc.blocks[#doc.blocks]
  local heading = last and last.t == "Header" and pandoc.utils.stringify(last):lower()
  if not (heading == "references" or heading == "bibliography") then
    doc.blocks:insert(pandoc.Header(1, "References", pandoc.Attr("references", { "unnumbered" })))
  end
  doc.blocks:insert(pandoc.Div({}, pandoc.Attr("refs")))
end

function Pandoc(doc)
  references.number_sections = doc.meta["number-sections"] == true
  doc = doc:walk({ RawBlock = tables.html_block, Image = floats.check_local })
  doc = doc:walk({ Div = blocks.structure }) -- before numbers: a callout's title is no section
  doc:walk(references.numbering)
  doc = doc:walk({ Cite = references.resolve })
  doc = doc:walk({ Div = floats.describe_by_caption })
  doc = doc:walk({
    Image = floats.describe, Math = floats.describe_formula, CodeBlock = floats.scroll_code,
  })
  if common.TARGET ~= "html" then doc = doc:walk({ Table = tables.dress_table }) end
  doc = doc:walk(floats.show)
  add_references(doc)
  return doc
end

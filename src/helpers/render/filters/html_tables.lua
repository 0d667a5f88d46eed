-- Tables: HTML from cells becomes pandoc's tables; in DOCX and Typst they are dressed.

local common = require("common")

local M = {}

local EXTERNAL = { "<script", "<link", "<iframe", "<object", "<embed", "@import",
  "url%(%s*['\"]?%s*https?:", "url%(%s*['\"]?%s*//", "src%s*=%s*['\"]?%s*https?:",
  "src%s*=%s*['\"]?%s*//", "srcset%s*=" }

local function check_external(text)
  local lower = text:lower()
  for _, pattern in ipairs(EXTERNAL) do
    if lower:find(pattern) then
      local found = "HTML from a cell holds '" .. lower:match(pattern) .. "'"
      common.fail(found .. ": it would run code or ask the network")
    end
  end
end

local ALIGNMENTS = { gt_left = "AlignLeft", gt_right = "AlignRight", gt_center = "AlignCenter" }

local function wrap_cell(cell, wrapper)
  cell.contents = cell.contents:walk({
    Plain = function(plain) return pandoc.Plain({ wrapper(plain.content) }) end,
    Para = function(para) return pandoc.Para({ wrapper(para.content) }) end,
  })
end

local function indent_cell(cell, level)
  local first = cell.contents[1]
  if first and first.content then first.content:insert(1, pandoc.Str(common.NBSP:rep(3 * level))) end
end

local function tidy_cell(cell)
  local style = cell.attributes.style or ""
  for _, class in ipairs(cell.classes) do
    cell.alignment = ALIGNMENTS[class] or cell.alignment
    local level = class:match("^gt_indent_(%d)$")
    if level then indent_cell(cell, tonumber(level)) end
  end
  if cell.classes:includes("gt_group_heading") or style:find("font%-weight:%s*bold") then
    wrap_cell(cell, pandoc.Strong)
  end
  if style:find("font%-style:%s*italic") then wrap_cell(cell, pandoc.Emph) end
  cell.attr = pandoc.Attr()
  return cell
end

local function tidy_rows(rows)
  for _, row in ipairs(rows) do
    for index, cell in ipairs(row.cells) do row.cells[index] = tidy_cell(cell) end
    row.attr = pandoc.Attr()
  end
  return rows
end

-- Notes under a table leave its foot: a foot would be repeated, and read as data.
local function take_notes(tbl)
  local notes = pandoc.Blocks({})
  for _, row in ipairs(tbl.foot.rows) do
    for _, cell in ipairs(row.cells) do
      notes:insert(pandoc.Para(common.as_inlines(cell.contents)))
    end
  end
  tbl.foot.rows = {}
  return notes
end

local function show_notes(notes)
  if common.TARGET == "docx" then return { common.styled("Table Note", notes) } end
  notes:insert(1, common.raw("#table-note["))
  notes:insert(common.raw("]"))
  return notes
end

-- Characters that each column needs: at least (its longest word), and at best (its longest text).
local MANY_COLUMNS = 9 -- more, and the letters are smaller; docx_finish.py has the same number
local LINE, LONGEST_WORD, LONGEST_TEXT, SHORT_TEXT, PADDING = 96, 22, 48, 16, 2.6

local function column_needs(tbl)
  local least, best = {}, {}
  for column = 1, #tbl.colspecs do least[column], best[column] = 4, 4 end
  local function look(rows, factor)
    for _, row in ipairs(rows) do
      local column = 1
      for _, cell in ipairs(row.cells) do
        if cell.col_span == 1 and least[column] then
          local text = pandoc.utils.stringify(cell.contents)
          for word in text:gmatch("%S+") do
            local letters = math.min(utf8.len(word) or #word, LONGEST_WORD)
            least[column] = math.max(least[column], letters * factor + PADDING)
          end
          local letters = math.min(utf8.len(text) or #text, LONGEST_TEXT)
          best[column] = math.max(best[column], letters * factor + PADDING)
        end
        column = column + cell.col_span
      end
    end
  end
  look(tbl.head.rows, 1.12) -- bold
  for _, body in ipairs(tbl.bodies) do look(body.body, 1) end
  for column, width in ipairs(best) do
    if width <= SHORT_TEXT then least[column] = width end
  end
  return least, best
end

local function sum(values)
  local total = 0
  for _, value in ipairs(values) do total = total + value end
  return total
end

local function set_widths(tbl)
  local least, best = column_needs(tbl)
  local room, wish = LINE - sum(least), sum(best) - sum(least)
  local whole = sum(best) < 0.6 * LINE and LINE or math.min(sum(best), LINE)
  for column, spec in ipairs(tbl.colspecs) do
    local width = best[column]
    if sum(best) > LINE then
      local share = (best[column] - least[column]) / wish
      width = room > 0 and least[column] + room * share or least[column]
    end
    tbl.colspecs[column] = { spec[1], width / math.max(whole, room > 0 and 0 or sum(least)) }
  end
end

local function tidy_table(tbl)
  local notes = take_notes(tbl)
  tbl.head.rows = tidy_rows(tbl.head.rows)
  for _, body in ipairs(tbl.bodies) do
    local rows = pandoc.List(body.head) -- a first row of headings is a group, not a second head
    rows:extend(body.body)
    body.head, body.body = {}, tidy_rows(rows)
  end
  tbl.attr = pandoc.Attr()
  if #notes == 0 then return tbl end
  tbl.classes:insert("noted")
  return { tbl, table.unpack(show_notes(notes)) }
end

-- Typst: a rule under headings that span columns, and over a group's heading.
local function rule_table(tbl)
  if #tbl.colspecs > MANY_COLUMNS then tbl.attributes["typst:text:size"] = "0.78em" end
  local function rule(rows, is_wanted, stroke)
    for _, row in ipairs(rows) do
      for _, cell in ipairs(row.cells) do
        if is_wanted(cell) then cell.attributes["typst:stroke"] = stroke end
      end
    end
  end
  local heads = pandoc.List({ table.unpack(tbl.head.rows, 1, #tbl.head.rows - 1) })
  rule(heads, function(cell) return cell.col_span > 1 end, "(bottom: 0.4pt + muted)")
  for _, body in ipairs(tbl.bodies) do
    local function is_group(cell) return cell.col_span == #tbl.colspecs end
    rule(body.body, is_group, "(top: 0.4pt + faint)")
  end
  tbl.classes:insert("typst:no-figure")
  return tbl
end

-- DOCX and Typst: headings stand out; in DOCX every column has a width, and space follows.
function M.dress_table(tbl)
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do wrap_cell(cell, pandoc.Strong) end
  end
  if common.TARGET == "typst" then return rule_table(tbl) end
  local bare = true
  for _, spec in ipairs(tbl.colspecs) do bare = bare and spec[2] == nil end
  if bare then set_widths(tbl) end
  if tbl.classes:includes("noted") then return tbl end
  return { tbl, common.styled("Spacer", { pandoc.Para({ common.raw_inline("<w:r/>") }) }) }
end

local read_html = {
  RawInline = function() return {} end,
  RawBlock = function() return {} end,
  Span = function(span)
    if span.classes:includes("gt_footnote_marks") then return pandoc.Superscript(span.content) end
    return span.content
  end,
  Div = function(div) return div.content end,
}

local function is_blank(block)
  return block.content and #block.content == 0 and (block.t == "Plain" or block.t == "Para")
end

local row_count = 0

-- HTML: the first cell of a row is its heading, and the other cells name it as theirs.
local function name_row(row)
  row_count = row_count + 1
  local id = "row-" .. row_count
  row = row:gsub("<td%s(.-)>(.-)</td>", '<th scope="row" id="' .. id .. '" %1>%2</th>', 1)
  return (row:gsub('<td headers="', '%0' .. id .. " "))
end

function M.html_block(block)
  if block.format ~= "html" then
    common.fail("a cell shows raw " .. block.format .. "; only HTML tables are allowed")
  end
  check_external(block.text)
  if common.TARGET == "html" then return common.raw((block.text:gsub("<tr>.-</tr>", name_row))) end
  local blocks = pandoc.read(block.text, "html").blocks:walk(read_html):walk({ Table = tidy_table })
  return blocks:filter(function(item) return not is_blank(item) end)
end

return M

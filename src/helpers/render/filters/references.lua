-- Numbers of sections, figures and tables, and the references to them.

local common = require("common")

local M = {}

M.targets = {} -- label -> { kind, number, words }
M.number_sections = false
M.cited = false
local counts = { fig = 0, tbl = 0 }

local section = {}

local function next_section(header)
  for level = header.level + 1, 6 do section[level] = nil end
  section[header.level] = (section[header.level] or 0) + 1
  local parts = {}
  for level = 1, header.level do parts[level] = tostring(section[level] or 0) end
  return table.concat(parts, ".")
end

local function register(id, kind, number, words)
  if M.targets[id] then common.fail("label '" .. id .. "' is used twice") end
  M.targets[id] = { kind = kind, number = number, words = words }
end

local function number_header(header)
  local numbered = not header.classes:includes("unnumbered")
  local number = numbered and next_section(header) or nil
  if header.identifier:find("^sec%-") then
    register(header.identifier, "sec", M.number_sections and number or nil, header.content)
  end
end

local function number_float(block)
  local kind = common.kind_of(block.identifier)
  if kind ~= "fig" and kind ~= "tbl" then return end
  counts[kind] = counts[kind] + 1
  register(block.identifier, kind, tostring(counts[kind]))
end

M.numbering = {
  traverse = "topdown",
  Header = number_header, Div = number_float, Table = number_float, Figure = number_float,
}


function M.bookmark(target) return "_Ref_" .. target.kind .. "_" .. target.number end

local function field(target, text)
  local opening = '<w:fldSimple w:instr=" REF ' .. M.bookmark(target) .. ' \\h ">'
  local run = '<w:r><w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr><w:t xml:space="preserve">'
  local closing = "</w:t></w:r></w:fldSimple>"
  return pandoc.Inlines({ common.raw_inline(opening .. run .. common.escape_xml(text) .. closing) })
end

local function link(content, label)
  return pandoc.Link(content, "#" .. label, "", { class = "ref" })
end

local function reference(citation)
  local target = M.targets[citation.id] or common.fail("@" .. citation.id .. " refers to nothing")
  if not target.number then return link(target.words, citation.id) end
  local whole = #citation.prefix == 0 and citation.mode ~= "SuppressAuthor"
  local word = whole and common.WORDS[target.kind] .. common.NBSP or ""
  local content = pandoc.Inlines({ pandoc.Str(word .. target.number) })
  if common.TARGET == "docx" and whole and target.kind ~= "sec" then
    content = field(target, word .. target.number)
  end
  local result = pandoc.Inlines(citation.prefix)
  if #result > 0 then result:insert(pandoc.Str(common.NBSP)) end
  result:insert(link(content, citation.id))
  result:extend(citation.suffix)
  return result
end

function M.resolve(cite)
  local references = 0
  for _, citation in ipairs(cite.citations) do
    if common.kind_of(citation.id) then references = references + 1 end
  end
  if references == 0 then
    M.cited = true
    return nil
  end
  if references < #cite.citations then
    common.fail("a bracket mixes cross-references and citations")
  end
  local result = pandoc.Inlines({})
  for index, citation in ipairs(cite.citations) do
    if index > 1 then result:extend({ pandoc.Str(","), pandoc.Space() }) end
    local found = reference(citation)
    result:extend(pandoc.utils.type(found) == "Inlines" and found or { found })
  end
  return result
end

return M

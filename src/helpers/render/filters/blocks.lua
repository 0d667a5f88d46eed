-- Callouts and tabsets.

local common = require("common")

local M = {}

local CALLOUTS = { note = "Note", warning = "Warning", important = "Important", tip = "Tip",
  caution = "Caution" }
local tabset_count = 0

local callout_block = {}

function callout_block.html(kind, title, blocks)
  local result = pandoc.Blocks({
    common.raw('<div class="callout callout-' .. kind .. '" role="note" aria-label="'
      .. CALLOUTS[kind] .. '">'),
    common.raw('<p class="callout-title">'), pandoc.Plain(title), common.raw("</p>"),
  })
  result:extend(blocks)
  result:insert(common.raw("</div>"))
  return result
end

local FILLS = { note = "EAF1F8", warning = "FBF1E3", important = "F9EBEB", tip = "EAF4EE",
  caution = "FBF1E3" }
local BARS = { note = "2F6DA8", warning = "B86E00", important = "A83232", tip = "2E7D4F",
  caution = "B86E00" }

function callout_block.docx(kind, title, blocks)
  local none = '<w:%s w:val="nil"/>'
  local bar = '<w:left w:val="single" w:sz="24" w:space="0" w:color="' .. BARS[kind] .. '"/>'
  local borders = none:format("top") .. bar .. none:format("bottom") .. none:format("right")
  local spacer = common.styled("Spacer", { pandoc.Para({ common.raw_inline("<w:r/>") }) })
  local result = pandoc.Blocks({
    spacer,
    common.raw('<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>' .. borders
      .. '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="170" w:type="dxa"/>'
      .. '<w:right w:w="120" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="9000"/>'
      .. '</w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w="5000" w:type="pct"/>'
      .. '<w:shd w:val="clear" w:color="auto" w:fill="' .. FILLS[kind] .. '"/></w:tcPr>'),
    common.styled("Callout Title", { pandoc.Para(title) }),
  })
  result:extend(blocks)
  if #blocks > 0 and blocks[#blocks].t == "Table" then result:insert(pandoc.Para({})) end
  result:insert(common.raw("</w:tc></w:tr></w:tbl>"))
  result:insert(spacer)
  return result
end

function callout_block.typst(kind, title, blocks)
  local opening = pandoc.Inlines({ common.raw_inline('#callout("' .. kind .. '", [') })
  opening:extend(title)
  opening:insert(common.raw_inline("])["))
  local result = pandoc.Blocks({ pandoc.Plain(opening) })
  result:extend(blocks)
  result:insert(common.raw("]"))
  return result
end

local function callout(div, kind)
  local blocks = div.content
  local title = pandoc.Inlines({ pandoc.Str(CALLOUTS[kind]) })
  local own = nil
  if div.attributes.title then
    own = common.as_inlines(pandoc.read(div.attributes.title, "markdown-raw_html-raw_tex").blocks)
  elseif blocks[1] and blocks[1].t == "Header" then
    own = blocks:remove(1).content
  end
  if own then
    title:extend({ pandoc.Str(":"), pandoc.Space() })
    title:extend(own)
  end
  blocks = blocks:walk({
    Header = function(header) return pandoc.Para({ pandoc.Strong(header.content) }) end,
  })
  return callout_block[common.TARGET](kind, title, blocks)
end

-- Splits a tabset at the headings of its first heading's level.
local function split_tabs(blocks)
  local level, before, tabs = nil, pandoc.Blocks({}), {}
  for _, block in ipairs(blocks) do
    if block.t == "Header" and (level == nil or block.level == level) then
      level = block.level
      tabs[#tabs + 1] = { title = block.content, content = pandoc.Blocks({}), level = level }
    elseif level then
      tabs[#tabs].content:insert(block)
    else
      before:insert(block)
    end
  end
  return before, tabs
end

local function aside(header)
  for _, class in ipairs({ "unnumbered", "unlisted" }) do
    if not header.classes:includes(class) then header.classes:insert(class) end
  end
  return header
end

local function tabs_html(before, tabs)
  tabset_count = tabset_count + 1
  local name = "tabset-" .. tabset_count
  local result = pandoc.Blocks({ common.raw('<div class="tabset" data-tabset>') })
  result:extend(before)
  result:insert(common.raw('<div class="tabs" role="tablist" hidden>'))
  for index, tab in ipairs(tabs) do
    local id = name .. "-" .. index
    local state = index == 1 and 'aria-selected="true"' or 'aria-selected="false" tabindex="-1"'
    result:insert(common.raw('<button type="button" role="tab" id="' .. id .. '-tab" aria-controls="'
      .. id .. '" ' .. state .. ">"))
    result:insert(pandoc.Plain(tab.title))
    result:insert(common.raw("</button>"))
  end
  result:insert(common.raw("</div>"))
  for index, tab in ipairs(tabs) do
    local id = name .. "-" .. index
    result:insert(common.raw('<section class="tab-panel" role="tabpanel" tabindex="0" id="' .. id
      .. '" aria-labelledby="' .. id .. '-tab">'))
    result:insert(common.raw('<p class="tab-title">'))
    result:insert(pandoc.Plain(tab.title))
    result:insert(common.raw("</p>"))
    result:extend(tab.content)
    result:insert(common.raw("</section>"))
  end
  result:insert(common.raw("</div>"))
  return result
end

local function tabset(div)
  local before, tabs = split_tabs(div.content:walk({ Header = aside }))
  if #tabs == 0 then common.fail("a tabset has no heading to name its tabs") end
  if common.TARGET == "html" then return tabs_html(before, tabs) end
  local result = before
  for _, tab in ipairs(tabs) do
    result:insert(aside(pandoc.Header(tab.level, tab.title)))
    result:extend(tab.content)
  end
  return result
end

function M.structure(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match("^callout%-(.+)$")
    if kind and not CALLOUTS[kind] then common.fail("unknown callout '" .. kind .. "'") end
    if kind then return callout(div, kind) end
    if class == "panel-tabset" then return tabset(div) end
  end
end

return M

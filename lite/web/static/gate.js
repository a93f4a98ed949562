/* After the page is there, and only where it pays: not on 2G, not where data is saved. */
onload=function(){
var c=navigator.connection||{},s;
if(!c.saveData&&!/2g/.test(c.effectiveType)&&[].at&&window.fetch)
s=document.createElement("script"),s.src="{source}",document.head.appendChild(s)}

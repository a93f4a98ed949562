/* After the page is there, and only where it costs little: not on 2G, not where data is saved. */
onload=function(){
var c=navigator.connection||{},s=document.createElement("script");
c.saveData||/2g/.test(c.effectiveType)||(s.src="{source}",document.head.appendChild(s))}

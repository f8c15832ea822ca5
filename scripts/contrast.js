() => {
    /* Texts under the contrast of WCAG 2.1 (1.4.3 AA: 4.5:1, large ones 3:1); into canvas and SVG it cannot look. */
    const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const rgba = (colour) => {
        paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1);
        return [...paint.getImageData(0, 0, 1, 1).data].map((part, at) => at < 3 ? part : part / 255);
    };
    const over = (top, under) => [0, 1, 2].map((at) => top[at] * top[3] + under[at] * (1 - top[3])).concat(1);
    const ground = (node) => {
        const layers = [];
        for (let each = node; each; each = each.parentElement) {
            const style = getComputedStyle(each);
            if (style.backgroundImage !== "none") return null;
            layers.push(rgba(style.backgroundColor));
            if (layers.at(-1)[3] === 1) break;
        }
        return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
    };
    const light = (colour) => colour.slice(0, 3).map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || node.closest("svg, canvas, option, [disabled], .visually-hidden")
            || !node.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
        const under = ground(node), style = getComputedStyle(node);
        if (!under) continue;
        const [one, two] = [light(over(rgba(style.color), under)), light(under)].sort((a, b) => b - a);
        const large = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700;
        const ratio = (one + 0.05) / (two + 0.05);
        if (ratio < (large ? 3 : 4.5))
            found.add(`contrast ${ratio.toFixed(2)} of ${node.tagName.toLowerCase()}.${node.className} in the dark`);
    }
    return [...found];
}

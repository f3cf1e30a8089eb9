def parse_prices(lines):
    prices = {}
    for line in lines:
        try:
            name, price = line.split("=")
            prices[name.strip()] = float(price)
        except:
            pass
    return prices


print(parse_prices(["tea = 2.5", "coffee: 3", "milk=1"]))

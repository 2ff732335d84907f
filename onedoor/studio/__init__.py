"""上架 Studio: a department makes a service of its own in the browser, without code.

A bundle 事项包 is everything a service is: its guide, its questions, its papers, its process; the same tables as a file of the city's
folder. It is edited part by part as a draft, looked at as a resident will see it, tried by named people, read by a second person and
by the services bureau, and published now or at a time. Each version stays and can be published again; a service can rest with a notice
or end with a successor.
"""
